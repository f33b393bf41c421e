@echo off
rem Step 1 of 22: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\win10-branch" mkdir "C:\hvsbuild\win10-branch"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\win10-branch\win10.vhdx" del /f /q "C:\hvsbuild\win10-branch\win10.vhdx"
if exist "C:\hvsbuild\win10-branch\win10.vhdx" exit /b 1
