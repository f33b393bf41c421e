@echo off
rem Step 1 of 15: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\win11-split" mkdir "C:\hvsbuild\win11-split"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\win11-split\win11.vhdx" del /f /q "C:\hvsbuild\win11-split\win11.vhdx"
if exist "C:\hvsbuild\win11-split\win11.vhdx" exit /b 1
