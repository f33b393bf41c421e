@echo off
rem Step 25 of 26: settings of the default boot entry.
bcdedit /store "Y:\Boot\BCD" /set {default} bootstatuspolicy ignoreallfailures
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /set {default} hypervisorlaunchtype auto
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /set {default} nx optout
if not "%errorlevel%"=="0" exit /b %errorlevel%
