@echo off
rem Step 6 of 25: what Windows does at its first boot. A caret keeps cmd from reading the sign behind it as its own.
set "FILE=R:\Windows\Setup\Scripts\SetupComplete.cmd"
if not exist "R:\Windows\Setup\Scripts" mkdir "R:\Windows\Setup\Scripts"
if exist "%FILE%" del /f /q "%FILE%"
if exist "%FILE%" exit /b 1
>>"%FILE%" echo @echo off
>>"%FILE%" echo rem Made by hvsbuild from the spec hvs-2008-r2-usb. Windows runs it once, as the system, when it has been
>>"%FILE%" echo rem set up. What is done, and how it ends, is in %%SystemRoot%%\hvsbuild-first-boot.log
>>"%FILE%" echo if not "%%~1"=="logged" ^(
>>"%FILE%" echo     cmd /d /c ""%%~f0" logged" ^>"%%SystemRoot%%\hvsbuild-first-boot.log" 2^>^&1
>>"%FILE%" echo     exit /b 0
>>"%FILE%" echo ^)
>>"%FILE%" echo echo %%DATE%% %%TIME%% 1 of 5: drivers of drivers/nic
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo pnputil /add-driver "%%SystemDrive%%\hvsbuild\drivers-nic\*.inf" /subdirs /install
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 2 of 5: drivers of drivers/flat
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo pnputil /add-driver "%%SystemDrive%%\hvsbuild\drivers-flat\*.inf" /install
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 3 of 5: drivers of drivers/raid/one.inf
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo pnputil /add-driver "%%SystemDrive%%\hvsbuild\drivers-raid\one.inf" /install
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 4 of 5: enable the feature NetFx3
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo dism /online /enable-feature /featurename:NetFx3 /all /source:"%%SystemDrive%%\hvsbuild\features-sxs" /limitaccess /quiet /norestart
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% 5 of 5: disable the feature SMB1Protocol
>>"%FILE%" echo ver ^>nul
>>"%FILE%" echo dism /online /disable-feature /featurename:SMB1Protocol /quiet /norestart
>>"%FILE%" echo echo   ended with code %%ERRORLEVEL%%
>>"%FILE%" echo echo %%DATE%% %%TIME%% all done
>>"%FILE%" echo exit /b 0
if not exist "%FILE%" exit /b 1
exit /b 0
