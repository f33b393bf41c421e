@echo off
rem Step 5 of 15: apply image 1 to the empty volume W:
dism /English /Apply-Image /ImageFile:"{{input.image}}" /Index:1 /ApplyDir:W:\
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the image is whole, and this is the file that it came from.
>"W:\hvsbuild-image.json" echo {"hvsbuild-image": 1, "image": "1", "fingerprint": "{{input.image.fingerprint}}"}|| exit /b 1
