@echo off
rem Step 8 of 26: drivers into the Windows in R: (only a Windows host can do that). Code 3010 is success, too.
dism /English /Image:R:\ /Add-Driver /Driver:"{{input.drivers-flat}}"
if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%
rem Last, the stamp: all of it is installed, and this is what it came from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\install-drivers-flat.json" echo {"hvsbuild-serviced": 1, "asked": "92240af464fdc511412dbf81021867c6523f52066a854f247b12faf7ca682900", "fingerprint": "{{input.drivers-flat.fingerprint}}"}|| exit /b 1
exit /b 0
