@echo off
rem Step 7 of 29: 1 value in the image's COMPONENTS hive.
reg add "HKLM\hvsbuild-COMPONENTS\hvsbuild" /v "D" /t REG_SZ /d "d" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
