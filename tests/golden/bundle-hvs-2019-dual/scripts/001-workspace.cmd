@echo off
rem Step 1 of 21: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\hvs-2019-dual" mkdir "C:\hvsbuild\hvs-2019-dual"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\hvs-2019-dual\hvs2019.vhdx" del /f /q "C:\hvsbuild\hvs-2019-dual\hvs2019.vhdx"
if exist "C:\hvsbuild\hvs-2019-dual\hvs2019.vhdx" exit /b 1
