@echo off
rem Step 22 of 23: settings of the default boot entry.
bcdedit /store "Y:\Boot\BCD" /set {default} hypervisorlaunchtype auto
if not "%errorlevel%"=="0" exit /b %errorlevel%
