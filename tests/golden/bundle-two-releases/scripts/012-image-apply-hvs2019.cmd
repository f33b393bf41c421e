@echo off
rem Step 12 of 33: apply image 1 to the empty volume R:
dism /English /Apply-Image /ImageFile:"{{input.image-hvs2019}}" /Index:1 /ApplyDir:R:\
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the image is whole, and this is the file that it came from.
>"R:\hvsbuild-image.json" echo {"hvsbuild-image": 1, "image": "1", "fingerprint": "{{input.image-hvs2019.fingerprint}}"}|| exit /b 1
