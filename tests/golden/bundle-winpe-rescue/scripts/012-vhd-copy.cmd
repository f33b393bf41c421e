@echo off
rem Step 12 of 20: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\winpe-rescue\winpe.vhd" "Y:\winpe.vhd"
if not "%errorlevel%"=="0" exit /b %errorlevel%
