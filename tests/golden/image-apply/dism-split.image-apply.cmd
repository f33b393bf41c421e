@echo off
rem Step 5 of 20: apply image Phony Hyper-V Server 2008 R2 (2) to the empty volume R:
dism /English /Apply-Image /ImageFile:"{{input.image}}" /SWMFile:"{{input.image.parts}}" /Name:"Phony Hyper-V Server 2008 R2 (2)" /ApplyDir:R:\
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem Last, the stamp: the image is whole, and this is the file that it came from.
>"R:\hvsbuild-image.json" echo {"hvsbuild-image": 1, "image": "Phony Hyper-V Server 2008 R2 (2)", "fingerprint": "{{input.image.fingerprint}}"}|| exit /b 1
