@echo off
rem Step 8 of 25: copy etc/hosts into the VHD.
if not exist "R:\Windows\System32\drivers\etc" mkdir "R:\Windows\System32\drivers\etc"
if not "%errorlevel%"=="0" exit /b %errorlevel%
copy /b /y "{{input.files-hosts}}" "R:\Windows\System32\drivers\etc\hosts"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the copy is whole, and this is what it was made from.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\copy-files-hosts.json" echo {"hvsbuild-copied": 1, "to": "\\Windows\\System32\\drivers\\etc\\hosts", "fingerprint": "{{input.files-hosts.fingerprint}}"}|| exit /b 1
exit /b 0
