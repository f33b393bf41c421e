@echo off
rem Step 5 of 20: apply image 100%% (A & B) C:\dir\ to the empty volume R:
imagex /apply "{{input.image}}" "100%% (A & B) C:\dir\\" R:\
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the image is whole, and this is the file that it came from.
>"R:\hvsbuild-image.json" echo {"hvsbuild-image": 1, "image": "100%% (A & B) C:\\dir\\", "fingerprint": "{{input.image.fingerprint}}"}|| exit /b 1
