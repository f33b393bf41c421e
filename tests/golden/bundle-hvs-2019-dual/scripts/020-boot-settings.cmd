@echo off
rem Step 20 of 21: settings of the default boot entry.
bcdedit /store "S:\Boot\BCD" /set {default} hypervisorlaunchtype auto
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "S:\Boot\BCD" /set {default} nx optout
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "S:\EFI\Microsoft\Boot\BCD" /set {default} hypervisorlaunchtype auto
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "S:\EFI\Microsoft\Boot\BCD" /set {default} nx optout
if not "%errorlevel%"=="0" exit /b %errorlevel%
