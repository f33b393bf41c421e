@echo off
rem Step 1 of 20: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\winpe-rescue" mkdir "C:\hvsbuild\winpe-rescue"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\winpe-rescue\winpe.vhd" del /f /q "C:\hvsbuild\winpe-rescue\winpe.vhd"
if exist "C:\hvsbuild\winpe-rescue\winpe.vhd" exit /b 1
