@echo off
rem Step 19 of 21: the boot manager: descriptions, how long the menu waits, a serial console, the debugger's port.
bcdedit /store "Y:\Boot\BCD" /set {default} description "Hyper-V core"
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /timeout 0
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /set {bootmgr} displaybootmenu no
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /emssettings EMSPORT:1 EMSBAUDRATE:57600
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /set {bootmgr} bootems yes
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "Y:\Boot\BCD" /dbgsettings SERIAL DEBUGPORT:2 BAUDRATE:115200
if not "%errorlevel%"=="0" exit /b %errorlevel%
