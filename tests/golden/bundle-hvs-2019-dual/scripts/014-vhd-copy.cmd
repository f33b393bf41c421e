@echo off
rem Step 14 of 21: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\hvs-2019-dual\hvs2019.vhdx" "Y:\hvs2019.vhdx"
if not "%errorlevel%"=="0" exit /b %errorlevel%
