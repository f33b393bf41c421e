@echo off
rem Step 1 of 23: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\hvs2019-berlin" mkdir "C:\hvsbuild\hvs2019-berlin"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\hvs2019-berlin\hvsOS.vhdx" del /f /q "C:\hvsbuild\hvs2019-berlin\hvsOS.vhdx"
if exist "C:\hvsbuild\hvs2019-berlin\hvsOS.vhdx" exit /b 1
