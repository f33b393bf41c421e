@echo off
rem Step 1 of 40: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\roles" mkdir "C:\hvsbuild\roles"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\roles\base.vhdx" del /f /q "C:\hvsbuild\roles\base.vhdx"
if exist "C:\hvsbuild\roles\base.vhdx" exit /b 1
