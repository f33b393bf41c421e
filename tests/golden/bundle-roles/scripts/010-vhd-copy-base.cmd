@echo off
rem Step 10 of 40: copy the finished VHD to the stick. This is the long write to slow flash.
copy /b /y "C:\hvsbuild\roles\base.vhdx" "Y:\base.vhdx"
if not "%errorlevel%"=="0" exit /b %errorlevel%
