@echo off
rem Step 19 of 20: settings of the default boot entry.
bcdedit /store "S:\Boot\BCD" /set {default} detecthal yes
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "S:\Boot\BCD" /set {default} winpe yes
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "S:\EFI\Microsoft\Boot\BCD" /set {default} detecthal yes
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "S:\EFI\Microsoft\Boot\BCD" /set {default} winpe yes
if not "%errorlevel%"=="0" exit /b %errorlevel%
