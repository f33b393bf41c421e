@echo off
rem Step 10 of 15: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\win11-split\win11.vhdx" "Y:\win11.vhdx"
if not "%errorlevel%"=="0" exit /b %errorlevel%
