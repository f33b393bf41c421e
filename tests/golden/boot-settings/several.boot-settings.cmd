@echo off
rem Step 19 of 20: settings of the default boot entry.
bcdedit /store "Y:\Boot\BCD" /set {default} detecthal yes
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /set {default} hypervisorlaunchtype off
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /set {default} numproc 4
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /set {default} nx optout
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /set {default} sos yes
if not "%errorlevel%"=="0" exit /b %errorlevel%
