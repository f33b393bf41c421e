@echo off
rem Step 7 of 25: copy a & b (c).txt into the VHD.
if not exist "R:\Program Files\100%%" mkdir "R:\Program Files\100%%"
if not "%errorlevel%"=="0" exit /b %errorlevel%
copy /b /y "{{input.files-a---b--c.txt}}" "R:\Program Files\100%%\a & b (c).txt"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the copy is whole, and this is what it was made from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\copy-files-a---b--c.txt.json" echo {"hvsbuild-copied": 1, "to": "\\Program Files\\100%%\\a & b (c).txt", "fingerprint": "{{input.files-a---b--c.txt.fingerprint}}"}|| exit /b 1
exit /b 0
