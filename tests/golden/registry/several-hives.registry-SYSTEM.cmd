@echo off
rem Step 16 of 29: 1 value in the image's SYSTEM hive.
reg add "HKLM\hvsbuild-SYSTEM\ControlSet001\Services\B" /v "Start" /t REG_DWORD /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
