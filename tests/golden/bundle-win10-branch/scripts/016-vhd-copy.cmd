@echo off
rem Step 16 of 22: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\win10-branch\win10.vhdx" "Y:\win10.vhdx"
if not "%errorlevel%"=="0" exit /b %errorlevel%
