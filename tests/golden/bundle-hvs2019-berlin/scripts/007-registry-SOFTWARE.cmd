@echo off
rem Step 7 of 23: 1 value in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-SOFTWARE\Example" /v "Site" /t REG_SZ /d "Berlin" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
