@echo off
rem Step 11 of 26: packages into the Windows in R: (only a Windows host can do that). Code 3010 is success, too.
dism /English /Image:R:\ /Add-Package /PackagePath:"{{input.packages-cabinets}}"
if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%
rem Last, the stamp: all of it is installed, and this is what it came from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\install-packages-cabinets.json" echo {"hvsbuild-serviced": 1, "asked": "f2f6c6a28afb753890e6857f0a86376be0b29b117ec76c85d1b73aa18e7f86e9", "fingerprint": "{{input.packages-cabinets.fingerprint}}"}|| exit /b 1
exit /b 0
