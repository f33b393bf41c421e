@echo off
rem Step 10 of 25: copy what is in the folder tools into the VHD. Robocopy's codes below 8 are no failures.
robocopy "{{input.files-tools}}" "R:\Tools" /e /is /r:2 /w:2 /np /nfl /ndl /njh /njs
if %errorlevel% lss 0 exit /b 1
if %errorlevel% geq 8 exit /b %errorlevel%
rem Last, the stamp: the copy is whole, and this is what it was made from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\copy-files-tools.json" echo {"hvsbuild-copied": 1, "to": "\\Tools", "fingerprint": "{{input.files-tools.fingerprint}}"}|| exit /b 1
exit /b 0
