@echo off
rem Step 15 of 20: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\hvs-2008-r2-usb\100%% of (my) disk & co.vhd" "Y:\100%% of (my) disk & co.vhd"
if not "%errorlevel%"=="0" exit /b %errorlevel%
