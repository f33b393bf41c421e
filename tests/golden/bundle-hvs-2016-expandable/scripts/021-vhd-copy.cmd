@echo off
rem Step 21 of 26: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\hvs-2016-expandable\hvs2016.vhdx" "Y:\hvs2016.vhdx"
if not "%errorlevel%"=="0" exit /b %errorlevel%
