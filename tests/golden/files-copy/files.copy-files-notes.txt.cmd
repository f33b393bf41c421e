@echo off
rem Step 9 of 25: copy notes.txt into the VHD.
copy /b /y "{{input.files-notes.txt}}" "R:\notes.txt"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the copy is whole, and this is what it was made from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\copy-files-notes.txt.json" echo {"hvsbuild-copied": 1, "to": "\\notes.txt", "fingerprint": "{{input.files-notes.txt.fingerprint}}"}|| exit /b 1
exit /b 0
