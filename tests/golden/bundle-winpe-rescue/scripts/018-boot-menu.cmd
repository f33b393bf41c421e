@echo off
rem Step 18 of 20: the boot manager: how long the menu waits.
bcdedit /store "S:\Boot\BCD" /timeout 5
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "S:\EFI\Microsoft\Boot\BCD" /timeout 5
if not "%errorlevel%"=="0" exit /b %errorlevel%
