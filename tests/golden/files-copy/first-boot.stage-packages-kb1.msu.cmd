@echo off
rem Step 11 of 27: updates/kb1.msu into the VHD, to be installed at the first boot.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not "%errorlevel%"=="0" exit /b %errorlevel%
copy /b /y "{{input.packages-kb1.msu}}" "R:\hvsbuild\packages-kb1.msu"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the copy is whole, and this is what it was made from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\stage-packages-kb1.msu.json" echo {"hvsbuild-copied": 1, "to": "\\hvsbuild\\packages-kb1.msu", "fingerprint": "{{input.packages-kb1.msu.fingerprint}}"}|| exit /b 1
exit /b 0
