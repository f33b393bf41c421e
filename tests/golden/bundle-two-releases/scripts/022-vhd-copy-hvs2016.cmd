@echo off
rem Step 22 of 33: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\two-releases\hvs2016.vhd" "Y:\hvs2016.vhd"
if not "%errorlevel%"=="0" exit /b %errorlevel%
