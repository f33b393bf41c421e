@echo off
rem Step 15 of 20: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\hvs-2008-r2-usb\hvsOS.vhd" "Y:\hvsOS.vhd"
if not "%errorlevel%"=="0" exit /b %errorlevel%
