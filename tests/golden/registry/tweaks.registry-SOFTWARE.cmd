@echo off
rem Step 7 of 23: 1 value in the image's SOFTWARE hive.
rem tweak flash-lifetime: fewer writes to the flash
reg add "HKLM\hvsbuild-SOFTWARE\Microsoft\Dfrg\BootOptimizeFunction" /v "Enable" /t REG_SZ /d "N" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
