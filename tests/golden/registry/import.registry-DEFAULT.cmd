@echo off
rem Step 7 of 29: 1 value in the image's DEFAULT hive.
rem import vendor.reg
reg add "HKLM\hvsbuild-DEFAULT\Control Panel\Desktop" /v "ScreenSaveActive" /t REG_SZ /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
