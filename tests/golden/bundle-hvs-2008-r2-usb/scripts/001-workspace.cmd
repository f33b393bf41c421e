@echo off
rem Step 1 of 20: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\hvs-2008-r2-usb" mkdir "C:\hvsbuild\hvs-2008-r2-usb"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\hvs-2008-r2-usb\hvsOS.vhd" del /f /q "C:\hvsbuild\hvs-2008-r2-usb\hvsOS.vhd"
if exist "C:\hvsbuild\hvs-2008-r2-usb\hvsOS.vhd" exit /b 1
