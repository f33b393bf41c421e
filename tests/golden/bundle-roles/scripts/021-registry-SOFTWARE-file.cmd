@echo off
rem Step 21 of 40: 1 value in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-file-SOFTWARE\Example" /v "Role" /t REG_SZ /d "file" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
