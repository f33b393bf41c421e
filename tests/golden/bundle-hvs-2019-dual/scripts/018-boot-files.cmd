@echo off
rem Step 18 of 21: bootmgr and its store (BCD) on the stick, from the image in the VHD.
rem Some versions of bcdboot do not make this folder, and fail without it.
if not exist S:\EFI\Microsoft\Boot mkdir S:\EFI\Microsoft\Boot
if not exist S:\EFI\Microsoft\Boot exit /b 1
bcdboot R:\windows /s S: /f ALL
if not "%errorlevel%"=="0" exit /b %errorlevel%
