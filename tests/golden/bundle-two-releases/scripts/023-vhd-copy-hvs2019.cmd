@echo off
rem Step 23 of 33: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\two-releases\hvs2019.vhdx" "Y:\hvs2019.vhdx"
if not "%errorlevel%"=="0" exit /b %errorlevel%
