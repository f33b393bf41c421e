@echo off
rem Step 7 of 26: 1 value in the image's hive \Users\Default\NTUSER.DAT.
reg add "HKLM\hvsbuild-NTUSER\Control Panel\Desktop" /v "ScreenSaveTimeOut" /t REG_SZ /d "600" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
