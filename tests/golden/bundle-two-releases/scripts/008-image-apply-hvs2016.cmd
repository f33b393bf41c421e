@echo off
rem Step 8 of 33: apply image 1 to the empty volume Q:
dism /English /Apply-Image /ImageFile:"{{input.image-hvs2016}}" /Index:1 /ApplyDir:Q:\
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the image is whole, and this is the file that it came from.
>"Q:\hvsbuild-image.json" echo {"hvsbuild-image": 1, "image": "1", "fingerprint": "{{input.image-hvs2016.fingerprint}}"}|| exit /b 1
