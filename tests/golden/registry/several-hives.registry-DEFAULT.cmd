@echo off
rem Step 10 of 29: 1 value in the image's DEFAULT hive.
rem The value Wallpaper must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-DEFAULT\Control Panel\Desktop" /v "Wallpaper" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_1
reg delete "HKLM\hvsbuild-DEFAULT\Control Panel\Desktop" /v "Wallpaper" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_1
exit /b 0
