@echo off
rem Step 5 of 21: apply image 1 to the empty volume R:
dism /English /Apply-Image /ImageFile:"{{input.image}}" /Index:1 /ApplyDir:R:\
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the image is whole, and this is the file that it came from.
>"R:\hvsbuild-image.json" echo {"hvsbuild-image": 1, "image": "1", "fingerprint": "{{input.image.fingerprint}}"}|| exit /b 1
