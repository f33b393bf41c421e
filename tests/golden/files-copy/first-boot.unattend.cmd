@echo off
rem Step 12 of 27: the answer file for the first boot.
if not exist "R:\Windows\Panther" mkdir "R:\Windows\Panther"
if not "%errorlevel%"=="0" exit /b %errorlevel%
copy /b /y "{{input.unattend-server-core.xml}}" "R:\Windows\Panther\unattend.xml"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the copy is whole, and this is what it was made from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\unattend.json" echo {"hvsbuild-copied": 1, "to": "\\Windows\\Panther\\unattend.xml", "fingerprint": "{{input.unattend-server-core.xml.fingerprint}}"}|| exit /b 1
exit /b 0
