@echo off
rem Step 18 of 23: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\hvs2019-berlin\hvsOS.vhdx" "Y:\hvsOS.vhdx"
if not "%errorlevel%"=="0" exit /b %errorlevel%
