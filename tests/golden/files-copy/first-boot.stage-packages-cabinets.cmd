@echo off
rem Step 10 of 27: updates/cabinets into the VHD, to be installed at the first boot. Robocopy's codes below 8 are no failures.
robocopy "{{input.packages-cabinets}}" "R:\hvsbuild\packages-cabinets" /e /is /r:2 /w:2 /np /nfl /ndl /njh /njs
if %errorlevel% lss 0 exit /b 1
if %errorlevel% geq 8 exit /b %errorlevel%
rem Last, the stamp: the copy is whole, and this is what it was made from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\stage-packages-cabinets.json" echo {"hvsbuild-copied": 1, "to": "\\hvsbuild\\packages-cabinets", "fingerprint": "{{input.packages-cabinets.fingerprint}}"}|| exit /b 1
exit /b 0
