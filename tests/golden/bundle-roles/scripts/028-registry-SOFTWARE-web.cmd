@echo off
rem Step 28 of 40: 1 value in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-web-SOFTWARE\Example" /v "Role" /t REG_SZ /d "web" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
