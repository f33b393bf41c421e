@echo off
rem Step 10 of 26: packages into the Windows in R: (only a Windows host can do that). Code 3010 is success, too.
dism /English /Image:R:\ /Add-Package /PackagePath:"{{input.packages-kb-5005112--ssu.msu}}"
if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%
rem Last, the stamp: all of it is installed, and this is what it came from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\install-packages-kb-5005112--ssu.msu.json" echo {"hvsbuild-serviced": 1, "asked": "4811addfde5ff515d7ee159d44dd2ae4fadb520cf2572853ae1e1dac105078a2", "fingerprint": "{{input.packages-kb-5005112--ssu.msu.fingerprint}}"}|| exit /b 1
exit /b 0
