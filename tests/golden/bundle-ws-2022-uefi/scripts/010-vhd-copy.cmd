@echo off
rem Step 10 of 15: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\ws-2022-uefi\ws2022.vhdx" "Y:\ws2022.vhdx"
if not "%errorlevel%"=="0" exit /b %errorlevel%
