@echo off
rem Step 6 of 26: drivers into the Windows in R: (only a Windows host can do that). Code 3010 is success, too.
dism /English /Image:R:\ /Add-Driver /Driver:"{{input.drivers-nic}}" /Recurse
if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%
rem Last, the stamp: all of it is installed, and this is what it came from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\install-drivers-nic.json" echo {"hvsbuild-serviced": 1, "asked": "d8e53c63e61e78b8b28bc3702cb2a1160762cfd4132b76a9a59d322ecb34cebe", "fingerprint": "{{input.drivers-nic.fingerprint}}"}|| exit /b 1
exit /b 0
