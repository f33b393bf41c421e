@echo off
rem Step 4 of 33: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\two-releases" mkdir "C:\hvsbuild\two-releases"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\two-releases\hvs2019.vhdx" del /f /q "C:\hvsbuild\two-releases\hvs2019.vhdx"
if exist "C:\hvsbuild\two-releases\hvs2019.vhdx" exit /b 1
